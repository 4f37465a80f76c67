#include <linux/module.h>

static int number;
static bool flag;
module_param(number, long, 0644); // error: 1 [module-param] "needs a variable of type 'long', not 'int'"
module_param(flag, boolean, 0644); // error: 1 [module-param] "unknown module parameter type 'boolean'"
module_param(nunber, int, 0644); // error: 14 [undeclared] => "number"
MODULE_LICENSE("GPL");
