"""The demo town: everything in here is generated and labelled 演示."""
