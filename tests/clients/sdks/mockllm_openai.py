"""openai-python at mock-llm: an answer, a stream of events, a list, refusals by status."""

import openai
from told import BASE, failing, secret, told

client = openai.OpenAI(api_key=secret("OPENAI_KEY"), base_url=f"{BASE}/v1", max_retries=0, timeout=20)


def ask(text, **options):
    return client.chat.completions.create(model="gpt-walk", messages=[{"role": "user", "content": text}], **options)


def shown(error):
    return error.status_code, error.code, error.message[:60]


answer = ask("A walk, please.")
told("answer", answer.choices[0].message.content, answer.choices[0].finish_reason, answer.model)
pieces = [chunk.choices[0].delta.content for chunk in ask("One word after the other comes.", stream=True) if chunk.choices]
told("stream", "".join(piece or "" for piece in pieces), len(pieces))
told("models", [model.id for model in client.models.list()])
failing("refused", lambda: ask("answer 401"), openai.AuthenticationError, show=shown)
failing("limited", lambda: ask("answer 429"), openai.RateLimitError, show=shown)
failing("broken", lambda: ask("answer 500"), openai.InternalServerError, show=shown)
