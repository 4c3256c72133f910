"""A model in this process: its file, its chat template, the processor that it runs on."""
