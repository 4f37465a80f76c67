int broken(
#include <linux/module.h> // error: 1 [syntax] "which this brings in: expected ')'"

MODULE_LICENSE("GPL");
