"""The storekeeper's desk: who is acting, which bench is open, and what a key or a scan does there.

`views` are the values that a bench shows, `bench` what every bench is, `session` carries keys and scans to
the open bench, `app` puts it on a terminal. The benches themselves are in `inventory.benches`.
"""
