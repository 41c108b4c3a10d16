"""The look of Northing: page shells, style sheets, cell renderers, charts and islands.

A Django app below every other module: it imports none of them. See README.md beside this file.
"""
