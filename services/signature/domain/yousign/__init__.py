"""Signing at Yousign (public API, version 3: developers.yousign.com), whose words for states and fields are kept."""
