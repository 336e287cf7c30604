"""Programs for developers of this project: the benchmark, and the generator of docs/messages.md."""
