// Style sheets that an island draws in.
declare module "*.css";
