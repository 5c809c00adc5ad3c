"""What docs/build_ontology.py is made of: the ontology read for people, its words, its pictures, its page."""
