"""Test that a page is one file that asks for nothing and runs only its own script."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest

from xorexplain.explorer.page import page

HOSTILE = "</script><img src=x onerror=alert(1)> <!-- & \u2028 @@STYLE@@"


@pytest.fixture(scope="module")
def text() -> str:
    return page(HOSTILE, json.dumps({"name": HOSTILE}, ensure_ascii=False)).decode()


def element(text: str, start: str, end: str) -> str:
    (found,) = re.findall(f"{start}(.*?){end}", text, re.DOTALL)
    return str(found)


def test_the_policy_names_the_packed_script_and_style(text: str) -> None:
    policy = element(text, 'http-equiv="Content-Security-Policy" content="', '"')

    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    for name in ("script", "style"):
        digest = hashlib.sha256(element(text, f"<{name}>", f"</{name}>").encode()).digest()
        assert f"{name}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy


def test_nothing_is_asked_for(text: str) -> None:
    links = re.findall(r"""(?:src|href)\s*=\s*["']([^"'#][^"']*)""", text)
    style = element(text, "<style>", "</style>")

    assert [link for link in links if not link.startswith("data:")] == []
    assert "@import" not in style
    assert re.findall(r"""url\((?!["']?(?:data:|#))""", style) == []
    for request in ("fetch(", "XMLHttpRequest", "WebSocket", "sendBeacon", "importScripts"):
        assert request not in text


def test_the_data_is_escaped(text: str) -> None:
    data = element(text, '<script type="application/json" id="story">', "</script>")

    assert json.loads(data) == {"name": HOSTILE}
    assert not set("<>&\u2028") & set(data)


def test_the_title_is_escaped(text: str) -> None:
    assert element(text, "<title>", "</title>").startswith("&lt;/script&gt;&lt;img src=x")
    assert "<img" not in text


def test_every_slot_is_filled(text: str) -> None:
    # The one that is left is data.
    assert text.count("@@STYLE@@") == 2
    assert re.findall(r"@@[A-Z_]+@@", text) == ["@@STYLE@@"] * 2
