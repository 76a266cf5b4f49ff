"""What it costs to run it: `make bench-operations`, and docs/benchmarks-operations.md for what came out.

- `traffic` everything that a shop is asked for; `memory` what the workers keep of it
- `start` from a command to the first request; `probe` how long whoever watches over it waits
- `telling` what the log and the numbers cost, against `untold`, a server that tells nothing
- `report` what is made of it
"""
