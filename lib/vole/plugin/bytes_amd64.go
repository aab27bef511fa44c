package plugin

const sysMemfdCreate = 319
