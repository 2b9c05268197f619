UPDATE state SET value = 0;
