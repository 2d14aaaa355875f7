"""The desk's pages: a small server-rendered app that Airflow mounts and that runs without it.

`app.make_app` builds it. It is handed who is asking and what they may do; it calls `desk` and never
imports Airflow. One file a page, with its template of the same name.
"""
