"""`pilji dsl lsp`, as an editor speaks to it."""

import json
import subprocess
from pathlib import Path

import piljiql_cases
import pytest
from binary import BINARY, ENVIRONMENT

URI = "file:///a.pql"


class Editor:
    """An editor with one text open."""

    def __init__(self, environment: dict[str, str]):
        self.process = subprocess.Popen(
            [str(BINARY), "dsl", "lsp"], env=ENVIRONMENT | environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.number = 0
        capabilities = self.request("initialize", {"capabilities": {}})["capabilities"]
        assert capabilities["hoverProvider"] and capabilities["documentFormattingProvider"]
        self.notify("initialized", {})

    def send(self, message: dict) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.process.stdin.flush()

    def receive(self) -> dict:
        length = 0
        while line := self.process.stdout.readline().strip():
            name, value = line.decode().split(": ")
            length = int(value) if name == "Content-Length" else length
        return json.loads(self.process.stdout.read(length))

    def notify(self, method: str, params: dict) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: dict):
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        answer = self.receive()
        assert answer["id"] == self.number and "error" not in answer, answer
        return answer["result"]

    def open(self, text: str) -> list[dict]:
        """What is told of a text."""
        document = {"uri": URI, "languageId": "piljiql", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        told = self.receive()
        assert told["method"] == "textDocument/publishDiagnostics"
        return told["params"]["diagnostics"]

    def at(self, method: str, line: int, character: int):
        position = {"line": line, "character": character}
        return self.request(f"textDocument/{method}", {"textDocument": {"uri": URI}, "position": position})

    def close(self) -> int:
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(10)


@pytest.fixture(scope="module")
def editor(tmp_path_factory):
    with piljiql_cases.served(tmp_path_factory.mktemp("editor")) as pilji:
        editor = Editor(pilji.server.environment)
        yield editor
        assert editor.close() == 0


def test_mistakes_are_underlined(editor):
    [syntax] = editor.open("model 토지 | stat count")
    assert syntax["code"] == "E0120" and syntax["range"]["start"] == {"line": 0, "character": 11}
    [name] = editor.open("model 토지\n| where 지묵 = '대'")
    assert name["code"] == "E0201" and "지목" in name["message"]
    assert name["range"] == {"start": {"line": 1, "character": 8}, "end": {"line": 1, "character": 10}}
    assert editor.open("model 토지 | count") == []


def labels(items: list[dict]) -> set[str]:
    return {item["label"] for item in items}


def test_what_fits_is_offered(editor):
    editor.open("model 토지 | ")
    assert {"where", "stats", "geojoin"} <= labels(editor.at("completion", 0, 11))
    editor.open("model ")
    assert {"토지", "거래", "parcel"} <= labels(editor.at("completion", 0, 6))
    editor.open("model 토지 | stats count(*) as n by 동 | where ")
    assert labels(editor.at("completion", 0, 44)) == {"동", "n"}
    editor.open("model parcel | addr '서울특별시/종로")
    assert "종로구" in labels(editor.at("completion", 0, 29))


def test_commands_are_explained_and_texts_formatted(editor):
    editor.open("model 토지|where 순번=1")
    assert "Rows for which it is true" in editor.at("hover", 0, 11)["contents"]["value"]
    assert editor.at("hover", 0, 7) is None
    [edit] = editor.request("textDocument/formatting", {"textDocument": {"uri": URI}, "options": {"tabSize": 4, "insertSpaces": True}})
    assert edit["newText"] == "model 토지\n| where 순번=1\n"


def test_a_text_is_checked_without_a_server(tmp_path: Path):
    editor = Editor({"PILJI_URL": "http://127.0.0.1:1"})
    assert [one["code"] for one in editor.open("model a | stat count")] == ["E0120"]
    assert editor.open("model a | count") == []
    assert editor.close() == 0
