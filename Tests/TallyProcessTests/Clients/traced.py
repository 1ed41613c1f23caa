"""Makes calls with OpenAI's client as OpenTelemetry instruments it, and exports what that says of them over OTLP/HTTP.

    traced.py PROXY API

PROXY is the address of a Tally whose upstream `openai` leads to a fake provider, API where that Tally takes spans and
logs. The contents of the calls are captured, too. One line of JSON tells of each call; nothing else is printed.
"""

import json
import os
import sys

os.environ["OTEL_SEMCONV_STABILITY_OPT_IN"] = "gen_ai_latest_experimental"
os.environ["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "SPAN_AND_EVENT"
os.environ["OTEL_INSTRUMENTATION_GENAI_EMIT_EVENT"] = "true"

import openai
from opentelemetry import _logs, trace
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

PROMPT = [{"role": "user", "content": "SECRET prompt"}]
CHAT = {"model": "gpt-4o-mini", "messages": PROMPT}


def whole(client):
    return client.chat.completions.create(**CHAT).id


def streamed(client):
    chunks = list(client.chat.completions.create(**CHAT, stream=True, stream_options={"include_usage": True}))
    return chunks[0].id


def cached(client):
    headers = {"x-fake-cached-tokens": "3", "x-fake-reasoning-tokens": "4"}
    return client.chat.completions.create(**CHAT, extra_headers=headers).id


def failing(client):
    try:
        client.chat.completions.create(**CHAT, extra_headers={"x-fake-status": "429"})
    except openai.RateLimitError:
        return None
    raise AssertionError("the call did not fail")


def main(proxy, api):
    resource = Resource.create({"service.name": "traced"})
    spans = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(endpoint=api + "/v1/traces", compression=Compression.Gzip)
    spans.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(spans)
    logs = LoggerProvider(resource=resource)
    logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=api + "/v1/logs")))
    _logs.set_logger_provider(logs)
    OpenAIInstrumentor().instrument()
    client = openai.OpenAI(base_url=proxy + "/openai/v1", api_key="sk-not-a-key", max_retries=0)
    with trace.get_tracer("traced").start_as_current_span("an agent around them"):
        for call in (whole, streamed, cached, failing):
            print(json.dumps({"call": call.__name__, "id": call(client)}))
    assert spans.force_flush() and logs.force_flush()
    spans.shutdown()
    logs.shutdown()


main(*sys.argv[1:])
