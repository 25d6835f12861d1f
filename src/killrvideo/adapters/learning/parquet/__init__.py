"""Folders of Parquet files between this house and learning elsewhere: one there, and one back.

There: ratings.parquet and views.parquet, a row for each; former.parquet, the lists that the model in use was
measured by; lesson.json. Back: served.parquet, judged.parquet, model.json. Ids are texts, so that any engine
reads them.
"""
