"""The webhooks and rules that Zoho needs to tell the bridge what happens."""
