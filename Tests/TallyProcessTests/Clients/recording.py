"""Records what passes below the clients, in the HTTP library that all of them use: they themselves stay as they are."""

import contextlib
import contextvars
import dataclasses

import httpx2

_recorded = contextvars.ContextVar("recorded", default=None)


@dataclasses.dataclass
class Exchange:
    """One request and what came back, as far as it came."""

    status: int = None
    headers: list = dataclasses.field(default_factory=list)
    body: bytearray = dataclasses.field(default_factory=bytearray)

    def take(self, response, tap):
        """Takes the head of a response; its body is read through the tap."""
        self.status = response.status_code
        self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw]
        response.stream = tap(response.stream, self)
        return response

    def header(self, name):
        """The value of a header; None when there is none."""
        return next((value for known, value in self.headers if known.lower() == name), None)


class _Tap(httpx2.SyncByteStream):
    def __init__(self, stream, exchange):
        self.stream, self.exchange = stream, exchange

    def __iter__(self):
        for part in self.stream:
            self.exchange.body += part
            yield part

    def close(self):
        self.stream.close()


class _AsyncTap(httpx2.AsyncByteStream):
    def __init__(self, stream, exchange):
        self.stream, self.exchange = stream, exchange

    async def __aiter__(self):
        async for part in self.stream:
            self.exchange.body += part
            yield part

    async def aclose(self):
        await self.stream.aclose()


def _begin():
    exchange = Exchange()
    exchanges = _recorded.get()
    if exchanges is not None:
        exchanges.append(exchange)
    return exchange


def _install():
    handle, handle_async = httpx2.HTTPTransport.handle_request, httpx2.AsyncHTTPTransport.handle_async_request

    def handle_request(self, request):
        exchange = _begin()
        return exchange.take(handle(self, request), _Tap)

    async def handle_async_request(self, request):
        exchange = _begin()
        return exchange.take(await handle_async(self, request), _AsyncTap)

    httpx2.HTTPTransport.handle_request = handle_request
    httpx2.AsyncHTTPTransport.handle_async_request = handle_async_request


_install()


@contextlib.contextmanager
def recording():
    """Records the exchanges of this thread."""
    exchanges = []
    token = _recorded.set(exchanges)
    try:
        yield exchanges
    finally:
        _recorded.reset(token)
