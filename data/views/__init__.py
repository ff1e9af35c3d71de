"""The read side: query → table or small value, shaped for one screen. Never writes."""
