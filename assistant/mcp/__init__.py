"""The MCP face of a library: eight tools that only read, sources as resources, prompts. For agents and chat programs.

replies     values of the library as JSON that fits an agent's context, with the place to continue from
tools       what each tool does
server      the server with tools, resources and prompts
serving     the server over stdin and stdout
"""
