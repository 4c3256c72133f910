"""A real GGUF file, written at test time: a random llama of two layers with a byte vocabulary, half a megabyte."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

_WIDTH, _LAYERS, _HEADS, _HIDDEN = 64, 2, 4, 128
CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
IM_START, IM_END = 259, 260


def token(byte: bytes) -> int:
    """The token of a byte."""
    return 3 + byte[0]


def write_tiny_gguf(file: Path, seed: int = 0, *, context: int = 2048, template: str = "") -> Path:
    """Write the model; equal seeds give equal weights. `context` is what it says it was trained for."""
    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(str(file), "llama")
    writer.add_context_length(context)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_HIDDEN)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    pieces = [b"<unk>", b"<s>", b"</s>", *(f"<0x{byte:02X}>".encode() for byte in range(256)), b"<|im_start|>", b"<|im_end|>"]
    control, byte = gguf.TokenType.CONTROL, gguf.TokenType.BYTE
    writer.add_tokenizer_model("llama")
    writer.add_token_list(pieces)
    writer.add_token_scores([0.0] * len(pieces))
    writer.add_token_types([gguf.TokenType.UNKNOWN, control, control, *([byte] * 256), control, control])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    if template:
        writer.add_chat_template(template)

    def tensor(name: str, *shape: int) -> None:
        writer.add_tensor(name, (random.standard_normal(shape) * 0.2).astype(np.float32))

    tensor("token_embd.weight", len(pieces), _WIDTH)
    writer.add_tensor("output_norm.weight", np.ones(_WIDTH, np.float32))
    tensor("output.weight", len(pieces), _WIDTH)
    for layer in range(_LAYERS):
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{norm}.weight", np.ones(_WIDTH, np.float32))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            tensor(f"blk.{layer}.{name}.weight", _WIDTH, _WIDTH)
        tensor(f"blk.{layer}.ffn_gate.weight", _HIDDEN, _WIDTH)
        tensor(f"blk.{layer}.ffn_up.weight", _HIDDEN, _WIDTH)
        tensor(f"blk.{layer}.ffn_down.weight", _WIDTH, _HIDDEN)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file
