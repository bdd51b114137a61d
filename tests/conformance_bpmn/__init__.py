"""Judges engine and linter by the BPMN conformance models in `$STOA_CORPORA/betsy`."""
