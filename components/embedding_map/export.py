"""A two-dimensional map as one HTML file that opens anywhere, with no server and no network."""

import base64
import html
from dataclasses import replace
from pathlib import Path

from components.embedding_map.bundle import bundle
from components.embedding_map.payload import parts
from components.embedding_map.points import MapPoints

_KEY = "map"
_STYLE = Path(__file__).parent / "map.css"
_LOOK = """
:root { color-scheme: light dark; --st-background-color: #fff; --st-secondary-background-color: #f3f5f8;
  --st-text-color: #121a24; --st-border-color: #d3dae2; --st-primary-color: #0072b2; --st-link-color: #00609a; }
@media (prefers-color-scheme: dark) { :root { --st-background-color: #0e1117; --st-text-color: #e6eaf0;
  --st-secondary-background-color: #1a2029; --st-border-color: #313a46; --st-primary-color: #2c7fbe;
  --st-link-color: #7cc4f0; } }
html, body { background: var(--st-background-color); height: 100%; margin: 0; }
body { display: flex; flex-direction: column; font-family: system-ui, sans-serif; }
h1 { color: var(--st-text-color); font-size: 16px; font-weight: 600; margin: 10px 16px; }
main { flex: 1; min-height: 0; padding: 0 12px 12px; }
"""
# Nothing in the file can reach for anything outside it, whatever the data holds.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"


def standalone_html(points: MapPoints, title: str) -> bytes:
    """Return a page with the map, its texts and its colors; light or dark as the reader's system is.

    Pictures stay behind: they are the app's to serve. About 10 bytes a point and each text up to 300 characters.
    """
    alone = replace(points, source="", pictures=None)
    inside = "\n".join(
        f'<script type="text/plain" data-part="{name}">{base64.b64encode(part).decode()}</script>'
        for name, part in parts(alone, _KEY, ()).items()
    )
    name = html.escape(title)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{name}</title>
<style>{_LOOK}{_STYLE.read_text(encoding="utf-8")}</style>
</head>
<body>
<h1>{name}</h1>
<main></main>
{inside}
<script type="module">
{bundle("standalone")}
</script>
</body>
</html>
""".encode("utf-8", errors="replace")
