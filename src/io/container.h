/* What a file is packed in, for those who tell it and those who unpack it. */
#ifndef HC_IO_CONTAINER_H
#define HC_IO_CONTAINER_H

typedef enum hc_container {
  HC_CONTAINER_TEXT = 0, /* or anything that is not known */
  HC_CONTAINER_GZIP,
  HC_CONTAINER_SPSS, /* .sav, .zsav */
  HC_CONTAINER_POR,
  HC_CONTAINER_STATA,
  HC_CONTAINER_SAS,
  HC_CONTAINER_XPORT,
  HC_CONTAINER_XLSX
} hc_container;

#endif
