"""What a transaction that stays open costs those who write: `python -m benchmarks.long_transaction`.

Products are created through the whole WSGI stack in this process, while another connection keeps a picture of the
database, as a backup does: medians of each thousand, and of some hundred when the picture is gone. The products are
deleted afterwards. The database is the one of the settings.
"""

from statistics import median

from django.db import connections
from tqdm import tqdm

from benchmarks.write_cost import create, writer  # sets Django up

THOUSANDS, AROUND = 6, 200


def main() -> None:
    """Print the medians."""
    other = connections.create_connection("default")
    total = 1000 * THOUSANDS + 2 * AROUND
    with writer("long-transaction") as (token, category), tqdm(total=total, delay=1) as progress:

        def show(when: str, number: int) -> None:
            times = []
            for _ in range(number):
                times.append(create(token, category, {}))
                progress.update()
            progress.write(f"{when:>14} {median(times):6.2f} ms")

        show("before", AROUND)
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM products_category")
        for thousand in range(1, THOUSANDS + 1):
            show(f"{thousand}. thousand", 1000)
        other.rollback()
        other.close()
        show("afterwards", AROUND)


if __name__ == "__main__":
    main()
