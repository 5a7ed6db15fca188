"""Lists, texts, prompts and territories over HTTP."""
