"""Our Slack messages as a page that looks like Slack, to be looked at and photographed.

python tests/channels/picture.py > /tmp/alert.html                  all kinds of message
python tests/channels/picture.py alert update > /tmp/alert.html     these, in one thread
"""

import html
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "delivery")]

from shown import layouts  # noqa: E402 - its folder first

STYLE = """
body { margin: 0; background: #fff; color: #1d1c1d;
  font: 15px/1.46667 Lato, "Noto Sans", "Noto Color Emoji", "DejaVu Sans", Arial, sans-serif; }
main { width: 680px; padding: 14px 20px 10px; }
.message { display: flex; gap: 10px; padding: 8px 0; }
.reply { margin-left: 46px; border-left: 3px solid #e8e8e8; padding-left: 14px; }
.face { flex: none; width: 36px; height: 36px; border-radius: 8px; background: #1264a3;
  color: #fff; font-weight: 800; font-size: 19px; display: grid; place-items: center; }
.name { font-weight: 900; } .app { background: #e8e8e8; border-radius: 2px; font-size: 10px;
  font-weight: 700; padding: 1px 3px; margin: 0 5px; color: #616061; vertical-align: 2px; }
.time { color: #616061; font-size: 12px; }
h4 { margin: 3px 0 5px; font-size: 18px; font-weight: 900; }
p { margin: 2px 0; white-space: pre-wrap; }
blockquote { margin: 4px 0 6px; border-left: 4px solid #ddd; padding-left: 12px; }
a { color: #1264a3; text-decoration: none; } small { color: #616061; font-size: 12.5px;
  display: block; margin-top: 6px; }
.ping { background: #fcf4da; color: #1264a3; border-radius: 3px; padding: 0 2px; }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
.button { border: 1px solid #c9c9ca; border-radius: 4px; padding: 3px 10px; font-weight: 700;
  font-size: 13px; } .button.primary { background: #007a5a; border-color: #007a5a; color: #fff; }
table { border-collapse: collapse; margin: 6px 0; font-size: 14px; width: 100%; }
td { border: 1px solid #ddd; padding: 5px 8px; vertical-align: top; } td p { margin: 0; }
"""


def page(messages: list[tuple[dict[str, Any], bool]]) -> str:
    """The messages one under the other; a reply is set in."""
    shown = "\n".join(_message(message, reply) for message, reply in messages)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Wirewatch in Slack</title>'
        f"<style>{STYLE}</style><main>{shown}</main></html>"
    )


def _message(message: dict[str, Any], reply: bool) -> str:
    body = "".join(_block(block) for block in message["blocks"])
    top = '<span class="name">Wirewatch</span><span class="app">APP</span>'
    return (
        f'<div class="message{" reply" if reply else ""}"><div class="face">W</div>'
        f'<div>{top}<span class="time">{"13:04" if reply else "12:00"}</span>{body}</div></div>'
    )


def _block(block: dict[str, Any]) -> str:
    kind = block["type"]
    if kind == "header":
        return f"<h4>{_escape(block['text']['text'])}</h4>"
    if kind == "context":
        return f"<small>{' · '.join(_escape(e['text']) for e in block['elements'])}</small>"
    if kind == "actions":
        return f'<div class="row">{"".join(_control(e) for e in block["elements"])}</div>'
    if kind == "table":
        rows = ("".join(f"<td>{_cell(cell)}</td>" for cell in row) for row in block["rows"])
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    return "".join(_rich(element) for element in block["elements"])


def _control(element: dict[str, Any]) -> str:
    if element["type"] == "button":
        said = _escape(element["text"]["text"])
        return f'<span class="button {element.get("style", "")}">{said}</span>'
    return f'<span class="button">{_escape(element["placeholder"]["text"])} ▾</span>'


def _cell(cell: dict[str, Any]) -> str:
    return _escape(cell["text"]) if cell["type"] == "raw_text" else _block(cell)


def _rich(element: dict[str, Any]) -> str:
    if element["type"] == "rich_text_list":
        return "<ul>" + "".join(f"<li>{_rich(e)}</li>" for e in element["elements"]) + "</ul>"
    tag = "blockquote" if element["type"] == "rich_text_quote" else "p"
    return f"<{tag}>{''.join(_part(part) for part in element['elements'])}</{tag}>"


def _part(part: dict[str, Any]) -> str:
    kind = part["type"]
    if kind == "link":
        return f'<a href="{_escape(part["url"])}">{_escape(part["text"])}</a>'
    if kind == "date":
        moment = datetime.fromtimestamp(part["timestamp"], UTC)
        return f"{moment:%d %b} at {moment:%H:%M}"
    if kind in ("broadcast", "user", "usergroup"):
        name = part.get("range") or part.get("user_id") or part.get("usergroup_id") or ""
        return f'<span class="ping">@{_escape(name)}</span>'
    said = _escape(part["text"])
    for style, tag in (("bold", "b"), ("italic", "i"), ("strike", "s")):
        if part.get("style", {}).get(style):
            said = f"<{tag}>{said}</{tag}>"
    return said


def _escape(text: str) -> str:
    return html.escape(text)


def main(names: list[str]) -> None:
    """Print the page of these kinds of message, or of all."""
    known = layouts()
    wanted = names or list(known)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"there is no {unknown[0]}; there are: {', '.join(known)}")
    messages = [(known[name], name.endswith(("update", "correction"))) for name in wanted]
    print(page(messages))


if __name__ == "__main__":
    main(sys.argv[1:])
