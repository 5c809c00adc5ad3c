"""cyberstd-kg: the knowledge graph of cybersecurity standards."""
