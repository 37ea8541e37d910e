ALTER TYPE "public"."match_status" ADD VALUE 'paused' BEFORE 'completed';
