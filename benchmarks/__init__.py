"""Measures the project against its peers: `make bench`, and docs/benchmarks.md for what came out.

- `options` what the environment asks for; `machine` where it runs
- `server` PostgreSQL; `catalogue` the same products for everybody; `programs` what is started and ended again
- `arms` and `json_server` who is measured; `scenarios` and `words` at what; `agreement` that they answer the same
- `load` one measurement; `writes` measurements that change data, undone afterwards; `campaign` all of them in turn
- `results` what is kept; `targets`, `tables`, `plots`, `method` and `report` what is made of it
- `operations` what it costs to run: `make bench-operations`
- measurements of their own: `query_strings`, what whatever is asked for costs; `plans` and `prepared`, what
  docs/performance.md says of statements; `techniques`, what each technique of a lean read gains; `write_cost`, what
  audit log and idempotency add to a write; `long_transaction`, what a backup costs those who write; `login_flood`,
  what a crowd at the door costs those who browse; `relevance`, how well search finds what somebody has in mind, and
  `typed`, what they type
"""
