/** Style sheets go into a file beside the script; importing one gives nothing. */
declare module "*.css";
