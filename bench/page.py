"""Kilobytes on the wire of the door page and of I dag, file by file; seconds and memory of a start.

ratio: kilobytes of the door page ÷ the 30 it may have. A file that a page names, or that such a file names, counts
once; the service worker comes later and does not count.
"""

import http.client
import re
import sys
from urllib.parse import urljoin, urlsplit

from clients import drive, page, taps
from harness import KIOSK, folder, make_instance, median, options, postgres, say, serving

NAMED = [
    re.compile(rb"""<(?:script|img|use|image|source)\b[^>]*?\b(?:src|href)=["']([^"'#]+)"""),
    re.compile(
        rb"""<link\b(?=[^>]*\brel=["'](?:stylesheet|icon|modulepreload|preload|manifest)["'])[^>]*?\bhref=["']([^"'#]+)"""
    ),
]
NAMED_IN = {
    "css": [re.compile(rb"""@import\s+(?:url\()?["']?([^"')]+)"""), re.compile(rb"""url\(["']?(?!data:)([^"')#]+)""")],
    "js": [re.compile(rb"""(?:\bfrom|\bimport)\s*\(?["'](\.{0,2}/[^"']+)["']""")],
}
MOST = {"door": 30}


def main() -> None:
    asked = options(__doc__, starts=5)
    with folder() as path, postgres(asked.postgres) as database:
        instance = make_instance(path, database("app"))
        seconds, memory = [], []
        for _ in range(asked.starts):
            with serving(KIOSK, instance.environ) as app:
                seconds.append(app.seconds_to_start)
                memory.append(app.memory())
        with serving(KIOSK, instance.environ) as app:
            drive(app.port, taps(instance.cookies), count=10)
            drive(app.port, page("/", instance.cookies[0]), count=10)
            warm = app.memory()
            sizes = {
                "door": fetch_all(app.port, "/", instance.cookies[0]),
                "i-dag": fetch_all(app.port, "/i-dag", instance.leader),
            }
    for name, files in sizes.items():
        for file, size in sorted(files.items(), key=lambda item: -item[1]):
            print(f"  {name:6} {size / 1000:7.2f} kB  {file}", file=sys.stderr)
        total = sum(files.values()) / 1000
        say(f"page-{name}", total / MOST.get(name, 30), size=f"{total:.1f}kB", files=len(files))
    start = median(seconds)
    say("start", start / 1.5, seconds=f"{start:.2f}", memory=f"{median(memory):.0f}MB", warm=f"{warm:.0f}MB")


def fetch_all(port: int, path: str, cookie: str) -> dict[str, int]:
    """Bytes of the page and of each file it needs, as they go over the wire without headers."""
    sizes: dict[str, int] = {}
    waiting = [path]
    connection = http.client.HTTPConnection("127.0.0.1", port)
    while waiting:
        path = waiting.pop()
        if path in sizes:
            continue
        connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
        response = connection.getresponse()
        content = response.read()
        assert response.status == 200, (path, response.status)
        sizes[path] = len(content)
        if response.headers.get("Content-Encoding") == "gzip":
            import gzip

            content = gzip.decompress(content)
        kind = (response.headers.get("Content-Type") or "").partition(";")[0]
        patterns = NAMED if kind == "text/html" else NAMED_IN["css"] if kind == "text/css" else []
        if kind.endswith("javascript"):
            patterns = NAMED_IN["js"]
        for pattern in patterns:
            for found in pattern.findall(content):
                target = urlsplit(urljoin(path, found.decode()))
                if not target.netloc:
                    waiting.append(target.path)
    connection.close()
    return sizes


if __name__ == "__main__":
    main()
