"""Files for CRM and ad platforms: one declaration a target; checked, then written."""
