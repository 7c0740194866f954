"""Resident memory after 10 000 taps and 1 000 page views ÷ after 100 taps and 10 page views."""

from clients import drive, page, taps
from harness import KIOSK, folder, make_instance, options, postgres, say, serving


def main() -> None:
    asked = options(__doc__, count=10_000, connections=8)
    with folder() as path, postgres(asked.postgres) as database:
        instance = make_instance(path, database("app"))
        make = taps(instance.cookies)
        views = [page("/", instance.cookies[0]), page("/i-dag", instance.leader)]
        with serving(KIOSK, instance.environ) as app:

            def use(count: int) -> None:
                assert not drive(app.port, make, asked.connections, count=count).errors
                for view in views:
                    assert not drive(app.port, view, asked.connections, count=count // 20).errors

            use(100)
            first = app.memory()
            use(asked.count)
            last = app.memory()
    say("memory", last / first, first=f"{first:.0f}MB", last=f"{last:.0f}MB")


if __name__ == "__main__":
    main()
