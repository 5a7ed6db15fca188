"""La remise: the signed CER is handed over by the link of a mail and a code sent to the person's mobile."""
