"""The pages of the desk in a browser: logging in, the desk itself, and the one after it has closed.

Everything comes from this server, fonts included, so that they work where there is no internet; the few lines
of script are in files of their own, because the pages allow no other.
"""

from __future__ import annotations

from html import escape

from depot.words import Words

CSS = """\
@font-face { font-family: "Roboto Mono"; src: url("/static/fonts/RobotoMono-VariableFont_wght.ttf");
  font-weight: 100 700; }
@font-face { font-family: "Roboto Mono"; src: url("/static/fonts/RobotoMono-Italic-VariableFont_wght.ttf");
  font-style: italic; font-weight: 100 700; }
html, body { height: 100%; margin: 0; background: #10151c; color: #f2f4f7; }
body { font: 20px/1.5 system-ui, sans-serif; }
main { max-width: 30em; margin: 0 auto; padding: 12vh 1.5em 2em; }
h1 { font-size: 1.5em; margin: 0 0 1em; }
label { display: block; margin: 1em 0 0.2em; }
input, button { font: inherit; box-sizing: border-box; width: 100%; padding: 0.5em 0.7em; border-radius: 0.3em;
  border: 2px solid #8b98a9; background: #1b232e; color: inherit; }
input:focus, button:focus { outline: 3px solid #ffd54a; outline-offset: 2px; }
button { margin-top: 1.5em; background: #f2f4f7; color: #10151c; font-weight: 600; cursor: pointer; }
.wrong { margin: 1em 0 0; padding: 0.6em 0.8em; border-left: 0.4em solid #ffd54a; background: #1b232e; }
.desk { overflow: hidden; }
.textual-terminal { width: 100vw; height: 100vh; }
.opening { position: absolute; padding: 2em; font-family: "Roboto Mono", monospace; }
.-first-byte .opening { display: none; }
"""

JS = """\
"use strict";
// A scanner types a code in a few hundredths of a second, and a slow line would pull it apart: what is typed at
// such a pace is sent as one message. The mouse is sent as it comes.
(() => {
  const pace = 25, longest = 512, send = WebSocket.prototype.send;
  let held = "", timer = 0, socket = null;
  const give = () => {
    clearTimeout(timer);
    if (held && socket.readyState === WebSocket.OPEN) send.call(socket, JSON.stringify(["stdin", held]));
    held = "";
  };
  WebSocket.prototype.send = function (message) {
    const [kind, typed] = JSON.parse(message);
    if (kind !== "stdin" || typed.startsWith("\\x1b[<")) {
      if (socket === this) give();
      send.call(this, message);
      return;
    }
    socket = this;
    held += typed;
    clearTimeout(timer);
    if (held.length > longest) give();
    else timer = setTimeout(give, pace);
  };
})();
// What is typed is the desk's from its first picture on; when it closes, the server says what comes next.
window.addEventListener("DOMContentLoaded", () => {
  const listen = () => document.querySelector(".xterm-helper-textarea")?.focus();
  const seen = () => {
    if (document.body.classList.contains("-closed")) location.replace("/closed");
    else if (document.body.classList.contains("-first-byte")) listen();
  };
  new MutationObserver(seen).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  window.addEventListener("focus", listen);
});
"""


def login(words: Words, *, badge: str = "", wrong: str = "") -> str:
    """Write the page that asks for a badge and its PIN.

    Args:
        badge: what stands in its line already; the PIN is asked for then.
        wrong: what was the matter with what was sent.
    """
    t = words.t
    at_badge, at_pin = ("", " autofocus") if badge else (" autofocus", "")
    said = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    lines = (
        _line("badge", "text", t("Badge: scan it, or type its eight digits"), badge, at_badge),
        _line("pin", "password", t("PIN"), "", at_pin),
    )
    button = f'<button type="submit">{escape(t("Sign in"))}</button>'
    form = f'<form method="post" action="/login" autocomplete="off">{"".join(lines)}{button}</form>'
    return _page(words, t("The storekeeper's desk"), said + form)


def closed(words: Words) -> str:
    """Write the page after a desk has closed whose login goes on: a line that broke off, a restart."""
    t = words.t
    said = f"<p>{escape(t('What you began is kept.'))}</p>"
    again = f'<form action="/"><button autofocus>{escape(t("Open it again"))}</button></form>'
    out = f'<form method="post" action="/logout"><button>{escape(t("sign out"))}</button></form>'
    return _page(words, t("The desk was closed."), said + again + out)


def desk(words: Words, websocket: str) -> str:
    """Write the page with the desk on it.

    Args:
        websocket: the address through which it is driven.
    """
    title = escape(words.t("The storekeeper's desk"))
    return (
        f"{_head(words, title)}"
        '<link rel="stylesheet" href="/static/css/xterm.css">'
        '<script src="/desk.js"></script><script src="/static/js/textual.js"></script></head>'
        f'<body class="desk"><div class="opening">{title}</div>'
        f'<div id="terminal" class="textual-terminal" data-font-size="16"'
        f' data-session-websocket-url="{escape(websocket)}"></div></body></html>'
    )


def _page(words: Words, title: str, body: str) -> str:
    heading = escape(title)
    return f"{_head(words, heading)}</head><body><main><h1>{heading}</h1>{body}</main></body></html>"


def _head(words: Words, title: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="{words.language}"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/look.css">'
    )


def _line(name: str, kind: str, label: str, value: str, focus: str) -> str:
    return (
        f'<label for="{name}">{escape(label)}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" value="{escape(value)}" maxlength="40"'
        f' inputmode="numeric" autocomplete="off" spellcheck="false"{focus}>'
    )
