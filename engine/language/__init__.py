"""Texts by a pretrained network: inside a BERT, search by meaning, a classifier of sentences, CLIP."""
