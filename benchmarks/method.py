"""What docs/benchmarks.md says of itself: how it was measured, and how to do it again."""

INTRODUCTION = """# Benchmarks

What the project answers in a second, and what it costs, beside others that answer the same questions over the same
rows. It is written by `make bench` from the files in `benchmarks/results/`; nothing on it is written by hand.

- Ratios within one table hold. Absolute figures depend on the machine and drift; **differences below × 1.5 between two
  runs are noise**.
- `void`: a request failed, so there is no figure. `–`: not measured.
- Figures are requests a second, then the median and the 99th percentile in milliseconds, of eight connections that ask
  as fast as they are answered: waiting for one another is in them.
"""
FOUND = """## How well search finds

Real products are imported, and each is looked for by words of its name, as people type them. Recall is how often it is
on the first page of twenty; the mean reciprocal rank is 1 when it is always the first there, 0.5 when it is the second.
"""
METHOD = """## How it is measured

- wrk with eight connections and two threads, on the same machine as all servers and PostgreSQL. A script takes URLs in
  turn from a list: all categories, six price ranges, a thousand products, forty words of five classes.
- Each round goes through the scenarios, and in each scenario the arms take turns; another one begins in each round.
  Before a measurement everything is asked for once, for five seconds at most. The median over the rounds is shown.
- An arm that is slow is measured for longer, up to 30 seconds; one that takes more than 0.2 seconds for a single
  request is asked by eight threads that wait for their last answers, up to a minute each. What answers less than once
  a second is measured in one round only.
- In the runs up to 2026-11-27 `ours` began each round, the warm-up took a second, and wrk measured what takes up to two
  seconds alone. What it has not been answered when the time is up is not in its figures: up to eight requests, beside
  as few as sixteen, so that those of slow peers are too low, by a third at most.
- From 2026-11-28 on the machine took more than twice as long for everything as on the days before, `limit` included:
  milliseconds of before and after are not to be compared.
- Every application has two workers of eight threads; FastAPI has two workers of one loop and eight connections. All are
  on one PostgreSQL, with the same settings: {settings}.
- The project runs with its own `gunicorn.conf.py` and writes a line of log for every request; the peers log nothing.
  `THROTTLE_ANON` and `THROTTLE_USER` are blank, which turns limits off; what they cost is a table of its own.
- `ours` keeps no answers. What it has found out about the last 512 words that were looked for, it remembers, as it does
  in a shop: of the forty words it knows all after a few seconds. It answers by relevance, with an estimate where more
  than 10,000 match; the peers newest first, with exact counts, which is less to sort and more to count.
- `ours_cached` is asked for the same URLs again and again: its figures are those of a cache that knows the answer. Most
  come from the memory of its workers (`ANSWER_CACHE_MB`), in front of Redis. The time of Redis itself is not in its CPU
  figures.
- A creation or a change in `ours` also moves the counters behind its counts, takes down who changed what, and looks for
  new words. `textbook` does nothing of the kind, and keeps fewer indexes.
- `limit` only reads. Its counts come from a table that is filled once, and it checks nothing that it is sent.
- json-server runs in one process and is asked in its own words (`_sort`, `_page`, `name_like`).
- Loading is not the same work for all. `ours` is filled by the project's own command: it makes the products up and
  sends them by COPY, with all constraints and triggers in place; its other indexes are built afterwards (with
  `--rebuild-indexes`; until 2026-11-27 they were in place, too). `textbook` and `limit` are copied from its tables
  within the database; their indexes, but for the primary key of `textbook`, are made afterwards.
- Before each measurement a loop of plain Python is timed: so fast was the machine, beside whatever else ran on it.
- CPU is what the process trees have used, divided by the requests. Memory is resident memory, shared pages included.
- Products that writes create are deleted, and prices put back, before anything else is measured.

{how} {compared} answers were compared at {size} products.

The mix is, of a hundred requests: 20 of the first page, 20 of a category, 10 of one by price, 5 of a price range, 15
searches, 5 in a category by price, 20 single products, 5 of the category list.
"""
REPEAT = """## To repeat it

`make bench` needs wrk; redis-server, and node with npm, for the arms that use them (Debian and Ubuntu:
`apt-get install wrk redis-server nodejs npm`). It starts a PostgreSQL of its own, loads it and keeps it in
`benchmarks/.data/` for the next time; deleting that folder starts anew. An interrupted run goes on where it stopped.

```console
$ make bench                                       # 1,000, 100,000 and 1,000,000 products: about two hours
$ make bench SIZES="1000 100000" ROUNDS=1 SECONDS=2 REPLACE=yes   # a quarter of an hour, and noisier
$ make bench SIZES=100000 ARMS="ours limit" SCENARIOS="list search"   # a look, which changes nothing here
$ make bench-report                                # this page again, from the files in benchmarks/results/
```

A run that is shorter than the newest one of its size is a look, too, unless `REPLACE=yes` says that it is to take its
place.

`REAL_PRODUCTS="FILE --map title=name"` names a file of real products, as `manage.py import_products` takes it, for
recall and reciprocal rank. `BENCH_DATABASE_URL=postgresql://…` takes a server of your own, whose user may create
databases.
"""
