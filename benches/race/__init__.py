"""The race: Pilji beside DuckDB and PostGIS on the same parcels, asked the same work list.

Read in this order: `work` (what is asked), `engines` (who is asked), `measure` (how it is timed), `answers` (how answers
are compared), `report` (what is printed).
"""
