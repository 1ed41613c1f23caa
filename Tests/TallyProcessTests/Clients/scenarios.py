"""What the clients do: each scenario takes a caller, uses a client as documented, and returns what it saw."""

import asyncio
import os

# Hugging Face's client would tell its makers of its use.
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

import anthropic
import huggingface_hub
import openai

# Where the proxy has an upstream, and where the provider behind it is reached directly.
PLACES = {
    "openai/v1": "openai/v1",
    "groq/v1": "groq/openai/v1",
    "openrouter/v1": "openrouter/api/v1",
    "anthropic": "anthropic",
    "v1": "huggingface/v1",
    "hf-inference": "hf-inference",
}

PROMPT = [{"role": "user", "content": "Where does the river go in winter?"}]
CHAT = {"model": "gpt-4o-mini", "messages": PROMPT}
RESPONSE = {"model": "gpt-4o-mini", "input": "Where does the river go in winter?"}
MESSAGE = {"model": "claude-sonnet-5", "max_tokens": 12, "messages": PROMPT}
HUB = {"model": "meta-llama/Llama-3.3-70B-Instruct:together", "messages": PROMPT}
FUNCTION = {"name": "say", "description": "Says it.", "parameters": {"type": "object", "properties": {}}}
TOOLS = [{"type": "function", "function": FUNCTION}]
KEY = "sk-not-a-key"


class Caller:
    """The clients of one side, which differ in nothing but the base URL."""

    def __init__(self, root, is_proxy):
        self.root, self.is_proxy = root, is_proxy
        self.headers = {}
        self.clients = {}

    def url(self, place):
        return f"{self.root}/{place if self.is_proxy else PLACES[place]}"

    def client(self, kind, place, max_retries=0, **options):
        # Making one takes longer than most calls.
        if (kind, place) not in self.clients:
            self.clients[kind, place] = kind(base_url=self.url(place), api_key=KEY)
        client = self.clients[kind, place]
        return client.with_options(max_retries=max_retries, default_headers=self.headers, **options)

    def openai(self, place="openai/v1", **options):
        return self.client(openai.OpenAI, place, **options)

    def anthropic(self, **options):
        return self.client(anthropic.Anthropic, "anthropic", **options)

    def hub(self, **options):
        return huggingface_hub.InferenceClient(
            base_url=self.url("v1"), api_key=KEY, headers=dict(self.headers), **options
        )


class Scenario:
    """A scenario, and how its answer is scripted."""

    def __init__(self, run, script, ends_early):
        self.run, self.script, self.ends_early = run, script, ends_early


SCENARIOS = {}


def scenario(name, ends_early=False, **script):
    """Names a scenario; the rest are items of the fake provider's script."""

    def add(run):
        items = {f"x-fake-{item.replace('_', '-')}": str(value) for item, value in script.items()}
        SCENARIOS[name] = Scenario(run, items, ends_early)
        return run

    return add


def first(stream, count):
    """Takes so many chunks and hangs up."""
    chunks = [next(stream) for _ in range(count)]
    stream.close()
    return chunks


@scenario("openai chat", cached_tokens=3, reasoning_tokens=4)
def chat(caller):
    return caller.openai().chat.completions.create(**CHAT, user="alice", metadata={"team": "ranking"})


@scenario("openai chat, gzip", encoding="gzip")
def chat_gzip(caller):
    return caller.openai().chat.completions.create(**CHAT)


@scenario("openai chat stream", cached_tokens=3)
@scenario("openai chat stream in pieces", split=7)
@scenario("openai chat stream with CRLF", line_end="crlf", keep_alives=2)
@scenario("openai chat stream that fails", error_after=5)
@scenario("openai chat stream without [DONE]", no_done="true")
@scenario("openai chat stream broken off", close="after-5-chunks", flush="each")
def chat_stream(caller):
    return caller.openai().chat.completions.create(**CHAT, stream=True)


@scenario("openai chat stream, usage asked")
@scenario("openai chat stream, usage asked, gzip", encoding="gzip")
def chat_stream_usage(caller):
    return caller.openai().chat.completions.create(**CHAT, stream=True, stream_options={"include_usage": True})


@scenario("openai chat stream, usage declined")
def chat_stream_no_usage(caller):
    return caller.openai().chat.completions.create(**CHAT, stream=True, stream_options={"include_usage": False})


@scenario("openai chat stream, two choices")
def chat_stream_choices(caller):
    return caller.openai().chat.completions.create(**CHAT, stream=True, n=2, max_tokens=20)


@scenario("openai chat stream, every byte")
def chat_stream_bytes(caller):
    api = caller.openai().chat.completions.with_streaming_response
    with api.create(**CHAT, stream=True) as response:
        return response.read().decode()


@scenario("openai chat stream, async")
def chat_stream_async(caller):
    async def run():
        async with openai.AsyncOpenAI(
            base_url=caller.url("openai/v1"), api_key=KEY, max_retries=0, default_headers=caller.headers
        ) as client:
            return [chunk async for chunk in await client.chat.completions.create(**CHAT, stream=True)]

    return asyncio.run(run())


@scenario("openai tools")
def tools(caller):
    return caller.openai().chat.completions.create(**CHAT, tools=TOOLS)


@scenario("openai tools stream")
def tools_stream(caller):
    with caller.openai().chat.completions.stream(**CHAT, tools=TOOLS) as stream:
        return [event.type for event in stream] + [stream.get_final_completion()]


@scenario("openai completions stream")
def completions_stream(caller):
    return caller.openai().completions.create(model="gpt-4o-mini", prompt="Where to?", stream=True)


@scenario("openai responses", cached_tokens=3, reasoning_tokens=4)
def responses(caller):
    return caller.openai().responses.create(**RESPONSE)


@scenario("openai responses stream", cached_tokens=3, reasoning_tokens=4)
def responses_stream(caller):
    return caller.openai().responses.create(**RESPONSE, stream=True)


@scenario("openai embeddings")
def embeddings(caller):
    return caller.openai().embeddings.create(model="text-embedding-3-small", input=["one two", "three"])


@scenario("openai images")
def images(caller):
    return caller.openai().images.generate(model="gpt-image-1", prompt="a lantern in a meadow", n=2)


@scenario("openai transcription")
def transcription(caller):
    sound = ("sound.wav", bytes(64_000), "audio/wav")
    return caller.openai().audio.transcriptions.create(model="gpt-4o-mini-transcribe", file=sound)


@scenario("openai models")
def models(caller):
    return caller.openai().models.list()


@scenario("groq chat stream")
def groq_stream(caller):
    chat = {"model": "llama-3.3-70b-versatile", "messages": PROMPT}
    return caller.openai("groq/v1").chat.completions.create(**chat, stream=True)


@scenario("openrouter chat stream")
def openrouter_stream(caller):
    chat = {"model": "openai/gpt-4o-mini", "messages": PROMPT}
    return caller.openai("openrouter/v1").chat.completions.create(**chat, stream=True)


@scenario("openai 429", status=429)
@scenario("openai 402", status=402)
@scenario("openai 503", status=503)
def openai_error(caller):
    return caller.openai().chat.completions.create(**CHAT)


@scenario("openai 429 for a stream", status=429)
def openai_stream_error(caller):
    return caller.openai().chat.completions.create(**CHAT, stream=True)


@scenario("openai retries", status=500)
def openai_retries(caller):
    return caller.openai(max_retries=1).chat.completions.create(**CHAT)


@scenario("openai stream closed", ends_early=True, chunk_interval_ms=20, chunks=100)
def openai_closed(caller):
    return first(caller.openai().chat.completions.create(**CHAT, stream=True), 3)


@scenario("openai timeout", ends_early=True, delay_head_ms=3000)
def openai_timeout(caller):
    return caller.openai(timeout=1).chat.completions.create(**CHAT)


@scenario("hub chat")
def hub_chat(caller):
    return caller.hub().chat_completion(**HUB)


@scenario("hub chat stream")
def hub_stream(caller):
    client = caller.hub()  # Closes its streams when nobody refers to it.
    return list(client.chat_completion(**HUB, stream=True))


@scenario("hub chat stream, usage asked")
def hub_stream_usage(caller):
    client = caller.hub()
    return list(client.chat.completions.create(**HUB, stream=True, stream_options={"include_usage": True}))


@scenario("hub text to image")
def hub_image(caller):
    model = caller.url("hf-inference") + "/models/black-forest-labs/FLUX.1-dev"
    client = huggingface_hub.InferenceClient(api_key=KEY, headers=dict(caller.headers))
    return client.text_to_image("a lantern in a meadow", model=model)


@scenario("hub feature extraction")
def hub_features(caller):
    model = caller.url("hf-inference") + "/models/BAAI/bge-small-en-v1.5/pipeline/feature-extraction"
    client = huggingface_hub.InferenceClient(api_key=KEY, headers=dict(caller.headers))
    return client.feature_extraction("three words more", model=model)


@scenario("hub 429", status=429)
@scenario("hub 402", status=402)
@scenario("hub 503", status=503)
def hub_error(caller):
    return caller.hub().chat_completion(**HUB)


@scenario("hub timeout", ends_early=True, delay_head_ms=3000)
def hub_timeout(caller):
    return caller.hub(timeout=1).chat_completion(**HUB)


@scenario("anthropic messages", cached_tokens=2)
def messages(caller):
    return caller.anthropic().messages.create(**MESSAGE)


@scenario("anthropic messages stream", cached_tokens=2)
@scenario("anthropic messages stream that fails", error_after=5)
def messages_stream(caller):
    return caller.anthropic().messages.create(**MESSAGE, stream=True)


@scenario("anthropic tools stream")
def messages_tools(caller):
    tool = {"name": "say", "description": "Says it.", "input_schema": {"type": "object", "properties": {}}}
    with caller.anthropic().messages.stream(**MESSAGE, tools=[tool]) as stream:
        return [event.type for event in stream] + [stream.get_final_message()]


@scenario("anthropic 429", status=429)
@scenario("anthropic 402", status=402)
@scenario("anthropic 503", status=503)
def anthropic_error(caller):
    return caller.anthropic().messages.create(**MESSAGE)


@scenario("anthropic stream closed", ends_early=True, chunk_interval_ms=20, chunks=100)
def anthropic_closed(caller):
    return first(caller.anthropic().messages.create(**MESSAGE, stream=True), 3)
