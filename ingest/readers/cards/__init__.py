"""Readers of decks of cards: exports of Anki, and tables with a question and an answer in each row."""
