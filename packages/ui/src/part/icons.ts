import {
  ArrowDown,
  Ban,
  Check,
  Circle,
  CircleCheck,
  CircleX,
  Clock,
  LoaderCircle,
  Minus,
  Play,
  RotateCw,
  WifiOff,
  X,
} from 'lucide'
import { lucideIcon } from './lucide-icon.tsx'

// Marked pure, so that a bundle contains only the icons of the parts it uses.
export const ArrowDownIcon = /* @__PURE__ */ lucideIcon(ArrowDown)
export const BanIcon = /* @__PURE__ */ lucideIcon(Ban)
export const CheckIcon = /* @__PURE__ */ lucideIcon(Check)
export const CircleIcon = /* @__PURE__ */ lucideIcon(Circle)
export const CircleCheckIcon = /* @__PURE__ */ lucideIcon(CircleCheck)
export const CircleXIcon = /* @__PURE__ */ lucideIcon(CircleX)
export const ClockIcon = /* @__PURE__ */ lucideIcon(Clock)
export const LoaderCircleIcon = /* @__PURE__ */ lucideIcon(LoaderCircle)
export const MinusIcon = /* @__PURE__ */ lucideIcon(Minus)
export const PlayIcon = /* @__PURE__ */ lucideIcon(Play)
export const RotateCwIcon = /* @__PURE__ */ lucideIcon(RotateCw)
export const WifiOffIcon = /* @__PURE__ */ lucideIcon(WifiOff)
export const XIcon = /* @__PURE__ */ lucideIcon(X)
