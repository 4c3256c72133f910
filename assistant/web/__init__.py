"""The web face of a library: pages for a browser, an HTTP API, and OpenAI's protocol. Only `study serve` imports it.

context      shared objects of all requests: the library, its workers, its jobs
guards       access control: hosts, origins, a token, sizes, and the headers of every response
running      calls of the library in threads, bounded in time, ended when the client leaves
rendering/   values of the library as safe HTML
pages/       the pages, one module each
api/         /api/v1
protocol/    /v1, OpenAI's protocol
app          all of it as one application
serving      the server
"""
