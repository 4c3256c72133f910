"""The public interface: `Library` and the objects that it returns. It builds on every other room except the faces, and nothing below
imports it."""
