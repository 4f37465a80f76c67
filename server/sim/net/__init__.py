"""Network devices (net/core/): what registers, opens, receives and sends, without a protocol stack."""
