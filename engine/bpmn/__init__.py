"""The one reader of BPMN, for the linter, the runtime, procedures and pages.

`diagram` is one file as it is drawn, broken ones too: its scopes, nodes and flows over the file's elements.
`reader` makes the files of a definition into a `model` that can be run, or into findings; `nodes`,
`event_definitions` and `loops` read its parts, and share what `reading` knows of the file. `checks` are the
rules that a model keeps, `flow_graph` is where its tokens can go, `schema` is the XML Schema of BPMN 2.0.
"""
