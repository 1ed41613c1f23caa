"""Runs every scenario with the official clients, directly and through the proxy, and says where they saw a difference.

    clients.py DIRECT PROXY CLIENTS

DIRECT is the address of a fake provider, PROXY that of a Tally whose upstreams lead there. First each scenario runs by
itself, for a project of its name; then as many clients as told run some of them at once, each for a project of its own.
One line of JSON tells of each run; nothing else is printed.
"""

import concurrent.futures
import dataclasses
import json
import sys
import threading
import urllib.request
import zlib

import numpy
import PIL.Image
import pydantic

from recording import recording
from scenarios import SCENARIOS, Caller

# What belongs to one connection, or is made anew for each.
HOP_HEADERS = {"connection", "date", "keep-alive", "transfer-encoding"}


@dataclasses.dataclass
class Run:
    """What one side saw of a scenario."""

    chunks: list
    error: dict
    exchanges: list


def run(scenario, caller, seed, project):
    """Runs a scenario to its end, whatever that is."""
    caller.headers = {**scenario.script, "x-fake-seed": str(seed), "X-Tally-Project": project}
    chunks, error = [], None
    with recording() as exchanges:
        try:
            seen = scenario.run(caller)
            is_stream = hasattr(seen, "__next__") or isinstance(seen, list)
            for chunk in seen if is_stream else [seen]:
                chunks.append(plain(chunk))
        except Exception as exception:  # What a client makes of a failure is compared, too.
            error = describe(exception, caller.root)
    return Run(chunks, error, exchanges)


def plain(value):
    """A value in all that can be seen of it."""
    if isinstance(value, pydantic.BaseModel):
        return {
            "type": type(value).__name__,
            "to_dict": value.to_dict(mode="json"),
            "model_dump": value.model_dump(mode="json"),
            "request_id": getattr(value, "_request_id", None),
        }
    if isinstance(value, numpy.ndarray):
        return {"type": str(value.dtype), "values": value.tolist()}
    if isinstance(value, PIL.Image.Image):
        return {"type": value.mode, "size": value.size, "points": value.tobytes().hex()}
    if dataclasses.is_dataclass(value):
        return {"type": type(value).__name__, "to_dict": dataclasses.asdict(value)}
    return value


def describe(exception, root):
    """What a program can tell of an exception; its text names the address, which differs."""
    response = getattr(exception, "response", None)
    return {
        "type": type(exception).__name__,
        "text": str(exception).replace(root, "ROOT").replace("ROOT/huggingface/", "ROOT/"),
        "body": getattr(exception, "body", None),
        "code": getattr(exception, "code", None),
        "status": getattr(response, "status_code", None),
        "request_id": getattr(exception, "request_id", None),
        "cause": type(exception.__cause__).__name__,
    }


def differences(scenario, direct, proxied):
    """Where the two sides differ, in words."""
    found = []

    def compare(what, one, other):
        if one != other:
            found.append(f"{what}: directly {one!r:.600}, through the proxy {other!r:.600}")

    compare("chunks", len(direct.chunks), len(proxied.chunks))
    for number, (one, other) in enumerate(zip(direct.chunks, proxied.chunks)):
        compare(f"chunk {number}", one, other)
    compare("error", direct.error, proxied.error)
    compare("exchanges", len(direct.exchanges), len(proxied.exchanges))
    for one, other in zip(direct.exchanges, proxied.exchanges):
        compare("status", one.status, other.status)
        compare("headers", end_to_end(one.headers), end_to_end(other.headers))
        if not scenario.ends_early:
            compare("body", text(one), text(other))
    return found


def text(exchange):
    """The bytes of a body, without the line ends that a client need not read which has seen the end of a stream."""
    body = bytes(exchange.body)
    if exchange.header("content-encoding") == "gzip":
        body = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(body)
    return body.rstrip(b"\r\n")


def end_to_end(headers):
    """The headers that are the host's, in order, named as the host names them."""
    return [
        (name, value)
        for name, value in headers
        if name.lower() not in HOP_HEADERS and not name.lower().startswith("x-tally-")
    ]


class Provider:
    """What the fake provider remembers."""

    def __init__(self, root):
        self.address = root + "/_fake/calls"

    def forget(self):
        urllib.request.urlopen(urllib.request.Request(self.address, method="DELETE")).close()

    def calls(self):
        with urllib.request.urlopen(self.address) as answer:
            return [json.loads(line) for line in answer]


def request_differences(direct, proxied):
    """Where the requests differ that the provider received directly and through the proxy."""
    found = []
    if len(direct) != len(proxied):
        found.append(f"requests: directly {len(direct)}, through the proxy {len(proxied)}")
    for one, other in zip(map(without_boundary, direct), map(without_boundary, proxied)):
        asked = asks_for_usage(one["body"], other["body"])
        if one["body"] != other["body"] and not asked:
            found.append(f"request: directly {one['body']:.600}, through the proxy {other['body']:.600}")
        for what in ("method", "target"):
            if one[what] != other[what]:
                found.append(f"{what}: directly {one[what]}, through the proxy {other[what]}")
        headers = [request_headers(call["headers"], asked) for call in (one, other)]
        if headers[0] != headers[1]:
            found.append(f"request headers: directly {headers[0]}, through the proxy {headers[1]}")
        if any(name.startswith("x-tally-") for name, _ in other["headers"]):
            found.append("a header for Tally reached the provider")
    return found


def without_boundary(call):
    """A call without what parts its form, which is made anew each time."""
    type = next((value for name, value in call["headers"] if name == "content-type"), "")
    boundary = type.partition("boundary=")[2]
    return json.loads(json.dumps(call).replace(boundary, "BOUNDARY")) if boundary else call


def asks_for_usage(direct, proxied):
    """Whether a request differs from another only in that it asks for the usage of its stream."""
    try:
        one, other = json.loads(direct), json.loads(proxied)
    except ValueError:
        return False
    return one != other and one == {name: value for name, value in other.items() if name != "stream_options"}


def request_headers(headers, asked):
    """The headers that are the client's, but for those made anew for each request."""
    left_out = {"connection", "x-hf-session-id", "x-request-id", "x-amzn-trace-id"}
    if asked:
        left_out |= {"accept-encoding", "content-length"}
    kept = [[name, value] for name, value in headers if name not in left_out and not name.startswith("x-tally-")]
    return sorted(kept)


def report(name, project, direct, proxied, found):
    """Tells of a run."""
    documents = [chunk["to_dict"] for chunk in proxied.chunks if isinstance(chunk, dict) and "to_dict" in chunk]
    documents += [inner for document in documents for inner in nested(document)]
    ids = [document["id"] for document in documents if document.get("id") and not document.get("object") == "list"]
    usages = [usage for usage in (document.get("usage") for document in documents) if usage]
    events = [exchange.header("x-tally-event-id") for exchange in proxied.exchanges]
    line = {
        "scenario": name,
        "project": project,
        "differences": found,
        "event_ids": [event for event in events if event],
        "response_id": ids[0] if ids else None,
        "tokens": tokens(usages) if usages else None,
        "chunks": len(proxied.chunks),
        "error": proxied.error["type"] if proxied.error else None,
    }
    with printing:
        print(json.dumps(line), flush=True)


printing = threading.Lock()


def nested(document):
    """The message or response that an event holds."""
    return [inner for inner in (document.get("message"), document.get("response")) if isinstance(inner, dict)]


def tokens(usages):
    """The tokens of the prompt and of the completion, which a stream may tell in parts."""

    def most(*names):
        return max(sum(usage.get(name) or 0 for name in names) for usage in usages)

    return [
        max(most("prompt_tokens"), most("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")),
        max(most("completion_tokens"), most("output_tokens")),
    ]


def run_alone(direct, proxy):
    """Each scenario by itself, compared with what the provider received, too."""
    callers = Caller(direct, False), Caller(proxy, True)
    provider = Provider(direct)
    for seed, (name, scenario) in enumerate(SCENARIOS.items(), 1):
        runs, calls = [], []
        for caller in callers:
            provider.forget()
            runs.append(run(scenario, caller, seed, name))
            calls.append(provider.calls())
        report(name, name, *runs, differences(scenario, *runs) + request_differences(*calls))


def run_at_once(direct, proxy, count):
    """Many clients at once, each with scenarios of its own choice."""
    names = [name for name, scenario in SCENARIOS.items() if not scenario.ends_early]
    start = threading.Barrier(count)

    def work(number):
        callers = Caller(direct, False), Caller(proxy, True)
        project = f"client-{number}"
        start.wait()
        for turn in range(4):
            name = names[(number * 5 + turn * 11) % len(names)]
            runs = [run(SCENARIOS[name], caller, 1_000 * (number + 1) + turn, project) for caller in callers]
            report(name, project, *runs, differences(SCENARIOS[name], *runs))

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(work, number) for number in range(count)]:
            done.result()


if __name__ == "__main__":
    run_alone(sys.argv[1], sys.argv[2])
    run_at_once(sys.argv[1], sys.argv[2], int(sys.argv[3]))
